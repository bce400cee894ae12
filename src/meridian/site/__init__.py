"""Where everything is wired together: settings, addresses, the command line, the servers."""
