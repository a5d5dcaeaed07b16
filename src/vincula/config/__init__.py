"""Where the rooms are put together: settings, addresses, start. The only place that lists the rooms."""
