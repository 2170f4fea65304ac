"""What measures the "Must hold" lines: each module prints one JSON object as its last line
(docs/judging.md).
"""
