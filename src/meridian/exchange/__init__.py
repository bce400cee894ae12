"""Imports: any workbook or text table becomes drafts, checked as a form is, every error named by row and column."""
