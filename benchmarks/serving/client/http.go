package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// HTTP/1.1 over a socket: requests are bytes made once, and of an answer no more is read than its status, its length and its body.
type httpClient struct {
	address  string
	requests [][]byte
	conn     net.Conn // nil where the server has closed it, as some do after each answer
	reader   *bufio.Reader
	answer   []byte
}

func newHTTPClient(s spec) (client, error) {
	requests := make([][]byte, len(s.Bodies))
	for i, body := range s.Bodies {
		var head bytes.Buffer
		fmt.Fprintf(&head, "POST %s HTTP/1.1\r\nhost: %s\r\n", s.Path, s.Address)
		for name, value := range s.Headers {
			fmt.Fprintf(&head, "%s: %s\r\n", name, value)
		}
		fmt.Fprintf(&head, "content-length: %d\r\n\r\n", len(body))
		requests[i] = append(head.Bytes(), body...)
	}
	return &httpClient{address: s.Address, requests: requests}, nil
}

func (c *httpClient) ask(body int) ([]byte, error) {
	if c.conn == nil {
		conn, err := net.DialTimeout("tcp", c.address, 5*time.Second)
		if err != nil {
			return nil, err
		}
		c.conn, c.reader = conn, bufio.NewReaderSize(conn, 1<<16)
	}
	if err := c.conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, err
	}
	if _, err := c.conn.Write(c.requests[body]); err != nil {
		return nil, err
	}
	return c.read()
}

type head struct {
	status         int
	length         int
	chunked, close bool
	advised        bool // there is a Retry-After
}

func (c *httpClient) read() ([]byte, error) {
	head, err := c.readHead()
	if err != nil {
		return nil, err
	}
	c.answer = c.answer[:0]
	if head.chunked {
		err = c.readChunks()
	} else {
		err = c.take(head.length)
	}
	if err != nil {
		return nil, err
	}
	if head.close {
		c.conn.Close()
		c.conn = nil
	}
	if head.status == 429 {
		return nil, refusal{head.advised}
	}
	if head.status != 200 {
		return nil, fmt.Errorf("%s answered %d: %.500s", c.address, head.status, c.answer)
	}
	return c.answer, nil
}

func (c *httpClient) readHead() (found head, err error) {
	line, err := c.line()
	if err != nil {
		return found, err
	}
	if len(line) < 12 {
		return found, fmt.Errorf("%s began its answer with %q", c.address, line)
	}
	if found.status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return found, err
	}
	for {
		if line, err = c.line(); err != nil || len(line) == 0 {
			return found, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case is(name, "content-length"):
			if found.length, err = strconv.Atoi(string(value)); err != nil {
				return found, err
			}
		case is(name, "transfer-encoding"):
			found.chunked = is(value, "chunked")
		case is(name, "connection"):
			found.close = is(value, "close")
		case is(name, "retry-after"):
			found.advised = true
		}
	}
}

func (c *httpClient) readChunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		length, err := strconv.ParseInt(string(line), 16, 32)
		if err != nil {
			return err
		}
		if err = c.take(int(length)); err != nil {
			return err
		}
		if _, err = c.line(); err != nil || length == 0 {
			return err
		}
	}
}

func (c *httpClient) take(length int) error {
	at := len(c.answer)
	c.answer = append(c.answer, make([]byte, length)...)
	_, err := io.ReadFull(c.reader, c.answer[at:])
	return err
}

func (c *httpClient) line() ([]byte, error) {
	line, err := c.reader.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

func is(text []byte, want string) bool {
	return len(text) == len(want) && bytes.EqualFold(text, []byte(want))
}
