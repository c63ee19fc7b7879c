"""频次要求: what people and units owe in each period, held against the ledger."""
