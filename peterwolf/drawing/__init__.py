"""Pictures of boards, tables and games: arrays in, pictures out."""
