"""What reaches a person: news, their channels, and the outbox behind them."""
