package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"gopkg.in/redis.v5"
)

var client *redis.Client

func look() (bool, error) {
	n, err := client.Get("count").Int64()
	if err == nil && n > 0 {
		err = client.Set("count", n-1, 0).Err()
	}
	return n > 0, err
}

func watch() (bool, error) {
	for {
		var n int64
		err := client.Watch(func(tx *redis.Tx) (err error) {
			if n, err = tx.Get("count").Int64(); err != nil || n < 1 {
				return err
			}
			_, err = tx.Pipelined(func(all *redis.Pipeline) error {
				return all.Set("count", n-1, 0).Err()
			})
			return err
		}, "count")
		if err != redis.TxFailedErr {
			return n > 0, err
		}
	}
}

func count() (bool, error) {
	left, err := client.Decr("count").Result()
	if err == nil && left < 0 {
		err = client.Incr("count").Err()
	}
	return left >= 0, err
}

func main() {
	retries, _ := strconv.Atoi(os.Getenv("RETRIES"))
	address := os.Getenv("REDIS_HOST") + ":" + os.Getenv("REDIS_PORT")
	client = redis.NewClient(&redis.Options{Addr: address, MaxRetries: retries})
	buy := map[string]func() (bool, error){"look": look, "watch": watch, "count": count}[os.Getenv("HOW")]
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if won, err := buy(); err != nil {
			fmt.Println("error", err)
		} else if won {
			fmt.Println("won")
		} else {
			fmt.Println("nothing")
		}
	}
}
