package main

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

type grpcClient struct {
	conn   *grpc.ClientConn
	path   string
	bodies [][]byte
}

func newGrpcClient(s spec) (client, error) {
	conn, err := grpc.NewClient(
		"passthrough:///"+s.Address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithNoProxy(),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(bytesCodec{})),
	)
	return &grpcClient{conn, s.Path, s.Bodies}, err
}

func (c *grpcClient) ask(body int) ([]byte, error) {
	deadline, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var answer []byte
	var trailer metadata.MD
	err := c.conn.Invoke(deadline, c.path, c.bodies[body], &answer, grpc.Trailer(&trailer))
	if status.Code(err) == codes.ResourceExhausted {
		return nil, refusal{len(trailer.Get("grpc-retry-pushback-ms")) > 0}
	}
	return answer, err
}

// Messages are bytes already.
type bytesCodec struct{}

func (bytesCodec) Marshal(message any) ([]byte, error) { return message.([]byte), nil }
func (bytesCodec) Unmarshal(data []byte, message any) error {
	*message.(*[]byte) = data
	return nil
}
func (bytesCodec) Name() string { return "proto" }
