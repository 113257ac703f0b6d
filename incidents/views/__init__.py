"""The console's views: they parse, ask or tell, and answer. Rules live in the lifecycle."""
