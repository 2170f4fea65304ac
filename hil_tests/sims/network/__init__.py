"""The network behind the simulated modems: cells, cards, names, messages, contexts. No word of AT or HTTP."""
