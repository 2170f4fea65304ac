"""A simulated Huawei E3372h HiLink stick: the modem of at_modem behind an HTTP server with XML answers."""
