"""What the machine under the box says of itself: clock, CPU, temperature."""
