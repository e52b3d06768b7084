package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	logsapi "k8s.io/component-base/logs/api/v1"

	_ "time/tzdata" // CronJob time zones
)

const (
	host             = "127.0.0.1"
	readyWithin      = 3 * time.Minute
	lockWithin       = time.Second
	pollEvery        = 20 * time.Millisecond
	parentCheckEvery = 250 * time.Millisecond
)

// plane is one running control plane; its state is all under dir.
type plane struct {
	dir       string
	name      string // of cluster and context in the kubeconfigs
	namespace string // default namespace of the contexts
	url       string
	etcd      string
	kubelet   string // address of the one behind all nodes, and of the admission hooks
	ca        []byte
}

// Ready is what ready.json says once pods can be admitted. It is removed at start, so its presence
// always speaks of the process whose pid it names.
type Ready struct {
	URL      string            `json:"url"`
	PID      int               `json:"pid"`
	Etcd     string            `json:"etcd"`
	CA       []byte            `json:"ca"` // PEM, base64 in JSON
	Tokens   map[string]string `json:"tokens"`
	Audit    string            `json:"audit"`
	Log      string            `json:"log"`
	Hooks    string            `json:"hooks"` // base URL of the admission hooks
	ReadyzMS int64             `json:"readyz_ms"`
	AllMS    int64             `json:"all_ms"`
}

type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// up runs until SIGTERM, SIGINT, the end of its parent (with -die-with-parent) or a component's failure.
func up() {
	start := time.Now()
	var users, apiserverArgs list
	dir := flag.String("dir", "", "state folder (made if missing; reused if it holds a stopped control plane)")
	port := flag.Int("port", 0, "API server port on "+host+" (0: a free one)")
	tie := flag.Bool("die-with-parent", false, "exit when the parent process ends")
	name := flag.String("name", "testplane", "name of cluster and context in the kubeconfigs")
	namespace := flag.String("namespace", "", "default namespace of the kubeconfigs' contexts")
	nodes := flag.Int("nodes", 3, "nodes to have, node-1 and so on, 8 CPU and 32 GiB each")
	pods := flag.Int("fill", 0, "pods to have running in namespaces fill-00 and so on; those that are there count")
	flag.Var(&users, "user", "NAME or NAME:GROUP,GROUP to make a token and a kubeconfig for (repeatable)")
	flag.Var(&apiserverArgs, "apiserver-arg", "extra kube-apiserver flag (repeatable)")
	_ = flag.CommandLine.Parse(os.Args[1:])
	if *dir == "" || len(users) == 0 {
		fatal(fmt.Errorf("-dir and at least one -user are required"))
	}
	p := &plane{name: *name, namespace: *namespace}
	var err error
	p.dir, err = filepath.Abs(*dir)
	must(err)
	must(os.MkdirAll(p.dir, 0o700))
	held := p.lock()
	defer held.Close()
	must(os.RemoveAll(p.path("ready.json")))
	p.logToFile()
	p.markAudit()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	if *tie {
		go watchParent(stop)
	}
	// Bound before anything else: the port goes into the kubeconfigs, and there is no race for it.
	ln := p.listen(*port)
	p.url = "https://" + ln.Addr().String()
	tokens := p.writeCredentials(users)

	failed := make(chan error, 8)
	client := p.start(ctx, ln, apiserverArgs, failed, func(client *kubernetes.Clientset) {
		if *pods > 0 {
			must(createNodes(ctx, client, *nodes))
			must(p.fill(ctx, client, *pods, *nodes))
		}
	})
	readyz := time.Since(start)
	must(createNodes(ctx, client, *nodes))
	// Pods are admitted once the controller manager has made the service account.
	waitFor(ctx, failed, func() bool {
		_, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
		return err == nil
	})
	p.announce(Ready{URL: p.url, PID: os.Getpid(), Etcd: p.etcd, CA: p.ca, Tokens: tokens, Audit: p.path("audit.jsonl"),
		Log: p.path("testplane.log"), Hooks: "https://" + p.kubelet + "/hooks/", ReadyzMS: readyz.Milliseconds(), AllMS: time.Since(start).Milliseconds()})
	select {
	case err := <-failed:
		if ctx.Err() == nil {
			fatal(err)
		}
	case <-ctx.Done():
	}
	os.Exit(0) // no graceful drain of watches: nothing here outlives the process
}

// start brings the components up in the order they need each other, and returns when /readyz says ok. Before any
// controller runs, prepare may write what they shall find.
func (p *plane) start(ctx context.Context, ln net.Listener, apiserverArgs []string, failed chan error, prepare func(*kubernetes.Clientset)) *kubernetes.Clientset {
	// The components share one process and its logging: the first applies it, later ones must not fail.
	logsapi.ReapplyHandling = logsapi.ReapplyHandlingIgnoreUnchanged
	p.startEtcd()
	p.kubelet = p.startKubelet()
	p.startEgress(p.kubelet)
	controllerManager := p.controllerManager(ctx)
	go func() { failed <- p.runAPIServer(ctx, ln, apiserverArgs) }()
	client := p.client("admin")
	waitFor(ctx, failed, func() bool {
		body, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err == nil && string(body) == "ok"
	})
	prepare(client)
	go func() { failed <- controllerManager() }()
	go func() { failed <- p.runScheduler(ctx) }()
	go func() { failed <- p.runNodes(ctx) }()
	return client
}

// lock makes this process the only one in its folder. The lock goes with the process, however that ends,
// and the file names its pid: who can't lock the file may trust the number in it.
func (p *plane) lock() *os.File {
	f, err := os.OpenFile(p.path("pid"), os.O_CREATE|os.O_RDWR, 0o600)
	must(err)
	// Who looks whether the lock is free holds it for a moment.
	for until := time.Now().Add(lockWithin); ; time.Sleep(pollEvery) {
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			break
		}
		if time.Now().After(until) {
			other, _ := os.ReadFile(p.path("pid"))
			fatal(fmt.Errorf("%s already runs a control plane, pid %s", p.dir, other))
		}
	}
	must(f.Truncate(0))
	_, err = f.WriteString(strconv.Itoa(os.Getpid()))
	must(err)
	return f
}

// listen takes the port asked for; asked for none, the one this folder had last, so that kubeconfigs
// copied elsewhere stay good, else any free one.
func (p *plane) listen(port int) net.Listener {
	asked := port
	if last, err := os.ReadFile(p.path("port")); asked == 0 && err == nil {
		port, _ = strconv.Atoi(string(last))
	}
	ln, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) && asked == 0 {
		ln, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	must(err)
	must(os.WriteFile(p.path("port"), []byte(strconv.Itoa(ln.Addr().(*net.TCPAddr).Port)), 0o600))
	return ln
}

// logToFile sends standard error, where every component logs, to a file; standard output says only
// READY or FAILED.
func (p *plane) logToFile() {
	log, err := os.OpenFile(p.path("testplane.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	must(err)
	must(syscall.Dup3(int(log.Fd()), 2, 0))
}

// markAudit notes at which byte of the audit log this process begins: what an earlier one received and
// had not answered by then never will be. A line that one was killed in the middle of is ended.
func (p *plane) markAudit() {
	f, err := os.OpenFile(p.path("audit.jsonl"), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	must(err)
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	must(err)
	last := make([]byte, 1)
	if _, err := f.ReadAt(last, size-1); size > 0 && err == nil && last[0] != '\n' {
		_, err = f.WriteString("\n")
		must(err)
		size++
	}
	must(os.WriteFile(p.path("audit-start"), []byte(strconv.FormatInt(size, 10)), 0o600))
}

func (p *plane) announce(ready Ready) {
	body, err := json.Marshal(ready)
	must(err)
	must(os.WriteFile(p.path("ready.json.new"), body, 0o600))
	must(os.Rename(p.path("ready.json.new"), p.path("ready.json"))) // readers never see half of it
	fmt.Println("READY", p.url)
}

func (p *plane) path(name string) string { return filepath.Join(p.dir, name) }

// client speaks as one of the certificates' owners, without a client-side rate limit.
func (p *plane) client(name string) *kubernetes.Clientset {
	return kubernetes.NewForConfigOrDie(p.restConfig(name))
}

func (p *plane) restConfig(name string) *rest.Config {
	config, err := clientcmd.BuildConfigFromFlags("", p.path(name+".kubeconfig"))
	must(err)
	config.QPS = -1
	return config
}

func waitFor(ctx context.Context, failed <-chan error, ok func() bool) {
	deadline := time.After(readyWithin)
	for !ok() {
		select {
		case err := <-failed:
			fatal(err)
		case <-ctx.Done():
			os.Exit(1)
		case <-deadline:
			fatal(fmt.Errorf("not ready after %s", readyWithin))
		case <-time.After(pollEvery):
		}
	}
}

// watchParent polls, because the kernel's death signal follows the thread that forked us, and test
// runners end threads long before they end themselves.
func watchParent(stop func()) {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(parentCheckEvery)
	}
	stop()
}

func must(err error) {
	if err != nil {
		fatal(err)
	}
}

func fatal(err error) {
	fmt.Fprintln(os.Stderr, "testplane:", err)
	fmt.Println("FAILED", err)
	os.Exit(1)
}
