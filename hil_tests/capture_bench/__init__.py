"""Our packet capture beside others' on the same packets: source, place, programs, one trial."""
