"""The pages of those who watch over others: auditor, system operator, tariff steward."""
