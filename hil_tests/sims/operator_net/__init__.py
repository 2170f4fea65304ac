"""The operators' networks: links with rate, queue, delay, jitter and loss between real namespaces."""
