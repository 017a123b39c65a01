package main

// Cost of a parcel in cents: a flat start, and something for each kilogram begun.
func Cost(grams int) int {
	return 390 + 120*((grams+999)/1000)
}
