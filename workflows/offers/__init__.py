"""What is on offer when: immutable numbered programme versions and contact points."""
