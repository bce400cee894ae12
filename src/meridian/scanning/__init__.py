"""Work with a scanner in the hand: what a barcode does to the document under way, and the page of the PDA."""
