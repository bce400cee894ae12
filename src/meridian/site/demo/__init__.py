"""The demonstration company 江南仁和医疗器械: six months of a distributor's work, done through the two doors."""
