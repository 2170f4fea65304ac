"""What subscribers see: kinds, topics, records, receipts and live payloads, as typed JSON. Pure."""
