"""Facts of radio networks as rows: home networks of Indonesia, LTE bands."""
