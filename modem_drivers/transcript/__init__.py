"""What was said on a port, written down: without what is private, and in a form that can be replayed.

Pure: bytes and times in, bytes and times out. Subscribers' numbers and messages become stand-ins of the same
length and shape before anything leaves; what is not decided yet is held back.
"""
