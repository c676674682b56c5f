"""Issued documents: whether one holds, for anybody; one's own, to be printed again."""
