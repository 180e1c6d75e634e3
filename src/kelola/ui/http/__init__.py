"""What every answer of ours carries and in which language it is written."""
