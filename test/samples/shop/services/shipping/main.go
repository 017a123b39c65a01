// Shipping says what a parcel costs: GET /shipping?grams=1200.
package main

import (
	"fmt"
	"log"
	"net/http"
	"strconv"
)

func main() {
	http.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/shipping", func(w http.ResponseWriter, r *http.Request) {
		grams, err := strconv.Atoi(r.URL.Query().Get("grams"))
		if err != nil || grams <= 0 {
			http.Error(w, "grams: a whole number above 0 is needed", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "{\"cents\":%d}\n", Cost(grams))
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
