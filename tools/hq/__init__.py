"""Headquarters: stores what the boxes publish, and answers with receipts."""
