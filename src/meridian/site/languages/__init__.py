"""The two languages of the product: Chinese is the source text, English is complete; rules are sentences in both."""
