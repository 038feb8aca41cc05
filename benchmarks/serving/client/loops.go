package main

import (
	"errors"
	"math/rand"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// What became of the requests of a loop.
type outcome struct {
	micros    []uint32 // of each that was answered
	refused   int
	unadvised int // of those, without a word on when to come back
	unsent    int // no client was free, or none got a connection
}

type loop func(clients []client, seconds float64) outcome

func (s spec) loop() loop {
	if s.Rate > 0 {
		return s.openLoop
	}
	return s.closedLoop
}

// A request at least a client, and all that begin in time. None may fail, nor be refused.
func (s spec) closedLoop(clients []client, seconds float64) outcome {
	var over atomic.Bool
	timer := time.AfterFunc(time.Duration(seconds*float64(time.Second)), func() { over.Store(true) })
	defer timer.Stop()
	found := make([][]uint32, len(clients))
	var group sync.WaitGroup
	for i, each := range clients {
		group.Add(1)
		go func() {
			defer group.Done()
			for body := i; ; body++ { // clients send different bodies at a time
				began := time.Now()
				_, err := each.ask(body % len(s.Bodies))
				check(err)
				found[i] = append(found[i], uint32(time.Since(began).Microseconds()))
				if over.Load() {
					return
				}
			}
		}()
	}
	group.Wait()
	return outcome{micros: slices.Concat(found...)}
}

// Requests come at random, as those of many who know nothing of each other, and are timed from when they came, not from when a client was free
// to send them. A refusal is an answer as well; it is counted, and not sent again.
func (s spec) openLoop(clients []client, seconds float64) outcome {
	came := make(chan time.Time, len(clients))
	found := make([]outcome, len(clients))
	var group sync.WaitGroup
	for i, each := range clients {
		group.Add(1)
		go func() {
			defer group.Done()
			mine := &found[i]
			body := i
			for at := range came {
				_, err := each.ask(body % len(s.Bodies))
				body++
				var refused refusal
				if errors.As(err, &refused) {
					mine.refused++
					if !refused.advised {
						mine.unadvised++
					}
					continue
				}
				var network *net.OpError
				if errors.As(err, &network) && network.Op == "dial" {
					mine.unsent++
					continue
				}
				check(err)
				mine.micros = append(mine.micros, uint32(time.Since(at).Microseconds()))
			}
		}()
	}
	random := rand.New(rand.NewSource(1))
	unsent := 0
	for at, end := time.Now(), time.Now().Add(time.Duration(seconds*float64(time.Second))); at.Before(end); {
		at = at.Add(time.Duration(random.ExpFloat64() / s.Rate * float64(time.Second)))
		time.Sleep(time.Until(at))
		select {
		case came <- at:
		default:
			unsent++
		}
	}
	close(came)
	group.Wait()
	all := outcome{unsent: unsent}
	for _, each := range found {
		all.micros = append(all.micros, each.micros...)
		all.refused += each.refused
		all.unadvised += each.unadvised
		all.unsent += each.unsent
	}
	return all
}
