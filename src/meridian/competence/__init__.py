"""What a person is qualified to do, and until when."""
