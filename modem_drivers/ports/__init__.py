"""Serial ports: the only place that knows pyserial."""
