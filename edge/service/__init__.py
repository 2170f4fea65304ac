"""The running box: the composition root, the line workers, the rounds."""
