package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

const (
	kubeletPort     = "10250"
	egressDialLimit = 5 * time.Second
	socketPathMax   = 107 // the kernel's
)

// startEgress serves HTTP CONNECT on a socket: the API server's "cluster" egress selection, its only way
// to nodes and webhooks. So nodes may have addresses of their own, which the API insists on (it refuses
// loopback), while the one kubelet behind all of them stays on loopback. Loopback leads to itself; any
// other target is refused.
//
// A socket, because over plain TCP the API server's egress ends in a nil dereference (1.37.2).
func (p *plane) startEgress(kubelet string) {
	if socket := p.path("egress.sock"); len(socket) > socketPathMax {
		fatal(fmt.Errorf("%s is too long for a socket's path: choose a shorter -dir", socket))
	}
	_ = os.Remove(p.path("egress.sock"))
	ln, err := net.Listen("unix", p.path("egress.sock"))
	must(err)
	must(os.WriteFile(p.path("egress.yaml"), []byte(`apiVersion: apiserver.k8s.io/v1beta1
kind: EgressSelectorConfiguration
egressSelections:
- name: cluster
  connection:
    proxyProtocol: HTTPConnect
    transport:
      uds:
        udsName: `+p.path("egress.sock")+"\n"), 0o600))
	connect := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, port, err := net.SplitHostPort(r.Host)
		switch {
		case r.Method != http.MethodConnect || err != nil:
			http.Error(w, "CONNECT HOST:PORT only", http.StatusBadRequest)
		case name == host:
			tunnel(w, r.Host)
		case port == kubeletPort, port == metricsPort:
			tunnel(w, kubelet)
		default:
			http.Error(w, fmt.Sprintf("no route to %s: only kubelets, the metrics API and loopback are reachable", r.Host), http.StatusBadGateway)
		}
	})
	go func() { fatal(http.Serve(ln, connect)) }()
}

func tunnel(w http.ResponseWriter, target string) {
	up, err := net.DialTimeout("tcp", target, egressDialLimit)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer up.Close()
	down, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer down.Close()
	fmt.Fprint(down, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(up, buffered)
		_ = up.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(down, up)
}
