"""The way to the broker: rows of the outbox out, receipts in. The one place that knows paho on the box."""
