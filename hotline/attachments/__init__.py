"""Attachments: pictures from citizens, fetched from the provider and checked; files that units attach to tickets."""
