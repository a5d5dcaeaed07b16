"""Pure rules and arithmetic of the portfolio: None, or the sentence that says what is missing; figures from plain values."""
