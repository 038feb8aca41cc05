// Clients with requests encoded beforehand: a closed loop, in which each sends its next when the answer to the last has come, or an open one,
// in which requests come as they come, however long the server takes. Compiled, so that it takes little of a machine that it shares with the
// server. It reads one line of JSON, a spec, and writes lines of JSON: the answers to every body, sent once; that the measured time begins;
// what was found. It ends when its standard input does.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"syscall"
	"time"
)

type spec struct {
	Protocol    string // http or grpc
	Address     string // host:port, on this machine
	Path        string // of the URL, or the full gRPC method
	Headers     map[string]string
	Bodies      [][]byte // sent in turn
	Clients     int      // one connection each
	Rate        float64  // requests a second that come, whatever becomes of them; 0 is a closed loop
	WarmSeconds float64
	Seconds     float64
}

// A client has a connection of its own. The answer is valid until the next request.
type client interface {
	ask(body int) ([]byte, error)
}

// refusal is a server's answer that it takes no more at present.
type refusal struct{ advised bool } // it says when to come back

func (refusal) Error() string { return "the server takes no more requests" }

func main() {
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	line, err := input.ReadBytes('\n')
	check(err)
	var s spec
	check(json.Unmarshal(line, &s))
	check(s.validate())
	go func() {
		_, _ = io.Copy(io.Discard, input)
		os.Exit(1) // whoever started us is gone
	}()

	clients := make([]client, s.Clients)
	for i := range clients {
		if s.Protocol == "grpc" {
			clients[i], err = newGrpcClient(s)
		} else {
			clients[i], err = newHTTPClient(s)
		}
		check(err)
	}
	answers := make([][]byte, len(s.Bodies))
	for i := range s.Bodies {
		answer, err := clients[0].ask(i)
		check(err)
		answers[i] = slices.Clone(answer)
	}
	say(map[string]any{"type": "answers", "answers": answers})
	run := s.loop()
	run(clients, s.WarmSeconds)
	say(map[string]any{"type": "begin"})
	cpu, began := cpuSeconds(), time.Now()
	found := run(clients, s.Seconds)
	seconds, used := time.Since(began).Seconds(), cpuSeconds()-cpu
	slices.Sort(found.micros)
	quantile := func(part float64) float64 { return float64(found.micros[int(part*float64(len(found.micros)))]) / 1000 }
	if len(found.micros) == 0 {
		check(errors.New("no request was answered"))
	}
	say(map[string]any{
		"type": "end", "requests": len(found.micros), "seconds": seconds, "cpu": used,
		"p50": quantile(0.5), "p99": quantile(0.99), "p999": quantile(0.999),
		"refused": found.refused, "unadvised": found.unadvised, "unsent": found.unsent,
	})
}

func (s spec) validate() error {
	host, _, err := net.SplitHostPort(s.Address)
	switch {
	case err != nil:
		return err
	case !net.ParseIP(host).IsLoopback():
		return fmt.Errorf("%s is not an address of this machine: load is not sent to others", s.Address)
	case s.Clients < 1 || s.Clients > 1024:
		return fmt.Errorf("%d clients are not from 1 to 1024", s.Clients)
	case s.Rate < 0 || s.Rate > 1e6:
		return fmt.Errorf("%g requests a second are not from 0 to a million", s.Rate)
	case len(s.Bodies) == 0:
		return fmt.Errorf("there is no body to send")
	case s.Seconds <= 0 || s.WarmSeconds+s.Seconds > 120:
		return fmt.Errorf("%g s are not above 0, or with %g s before not up to 120", s.Seconds, s.WarmSeconds)
	}
	return nil
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func say(message any) {
	check(json.NewEncoder(os.Stdout).Encode(message))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
