"""How things live: services, workers, streams, models, the watchdog."""
