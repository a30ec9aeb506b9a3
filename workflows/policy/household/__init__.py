"""A household as the rules see it: who lives there, what comes in, what must be spent, and the category that follows."""
