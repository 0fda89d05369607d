"""Language engines and recognisers that Threadline ships; they import only `bot`."""
