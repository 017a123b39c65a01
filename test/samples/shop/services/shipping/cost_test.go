package main

import "testing"

func TestEachBegunKilogramCosts(t *testing.T) {
	for grams, want := range map[int]int{1: 510, 1000: 510, 1001: 630} {
		if got := Cost(grams); got != want {
			t.Errorf("Cost(%d) = %d, want %d", grams, got, want)
		}
	}
}
