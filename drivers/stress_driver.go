// Package stressdriver answers the questions of `stress run`, for buyers that are a Go program. Go 1.18 or later, and nothing
// else. Copy this file into a folder of that name in your module.
//
//	stressdriver.Serve(func(question stressdriver.Question) (stressdriver.Answer, error) {
//		…
//		return stressdriver.Answer{"outcome": "won", "remaining": 4, "unit": "A12"}, nil
//	})
//
// Standard output belongs to the answers: what is printed to os.Stdout goes to standard error, which stress keeps in the run's
// folder.
package stressdriver

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

// Question says who wants to buy.
type Question struct {
	ID       int64  `json:"id"`
	Buyer    int64  `json:"buyer"`
	Purchase int64  `json:"purchase"`
	Attempt  int    `json:"attempt"`
	Quantity int    `json:"quantity"`
	Units    int    `json:"units"`
	Sale     string `json:"sale"`
}

// Answer says what became of it: "outcome" (won, sold-out, conflict, duplicate, returned, failed or unknown), "remaining" and
// "unit", or any other fields for outcomes: in the strategy file.
type Answer map[string]interface{}

// RedisURL says where the Redis of the run is.
func RedisURL() string { return os.Getenv("STRESS_REDIS_URL") }

// Serve answers one question after the other, until there are no more. An error is `unknown`, since nobody knows what had
// happened before.
func Serve(buy func(Question) (Answer, error)) { serve(buy, false) }

// ServeConcurrently calls buy for each question at once (`concurrent: true` in the strategy file).
func ServeConcurrently(buy func(Question) (Answer, error)) { serve(buy, true) }

func serve(buy func(Question) (Answer, error), isConcurrent bool) {
	answers := os.Stdout
	os.Stdout = os.Stderr
	var lock sync.Mutex
	var open sync.WaitGroup
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(make([]byte, 64<<10), 1<<20)
	for lines.Scan() {
		var question Question
		if err := json.Unmarshal(lines.Bytes(), &question); err != nil {
			fmt.Fprintln(os.Stderr, "this is no question:", lines.Text())
			os.Exit(1)
		}
		work := func() {
			answer, err := buy(question)
			if err != nil || answer == nil {
				fmt.Fprintln(os.Stderr, "attempt", question.ID, "is unknown:", err)
				answer = Answer{"outcome": "unknown", "error": fmt.Sprint(err)}
			}
			answer["id"] = question.ID
			line, _ := json.Marshal(answer)
			lock.Lock()
			defer lock.Unlock()
			answers.Write(append(line, '\n'))
		}
		if isConcurrent {
			open.Add(1)
			go func() { defer open.Done(); work() }()
		} else {
			work()
		}
	}
	open.Wait()
}
