"""Labels 标签: product, place and document labels as PDF and for label printers, every print written down."""
