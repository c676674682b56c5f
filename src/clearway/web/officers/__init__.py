"""The pages of officers and supervisors: the queue, decisions, the team."""
