// testplane: a real Kubernetes control plane for tests and demos, in one binary.
//
// "testplane up" runs etcd, kube-apiserver, kube-controller-manager, kube-scheduler and a kwok kubelet
// for every node, all in ONE process that listens on loopback only. Called as "kubectl", "bulk" or
// "certificate" (argv[0] or the first argument) it is that tool. State lives in one folder; nothing else is touched.
//
// It is not a cluster for real work: etcd does not fsync, no container ever runs, and the audit log
// keeps the bodies of Secrets.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/pflag"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	kubectlcmd "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
)

// tools are the programs this binary can be.
var tools = map[string]func(){
	"kubectl":     kubectl,
	"up":          up,
	"bulk":        bulk,
	"certificate": certificate,
}

func main() {
	// Packages of kubernetes register flags here (among them a --version that is no boolean), and cobra
	// adds them to every tool.
	pflag.CommandLine = pflag.NewFlagSet(os.Args[0], pflag.ContinueOnError)
	if tool := tools[filepath.Base(os.Args[0])]; tool != nil {
		tool()
		return
	}
	if len(os.Args) > 1 {
		if tool := tools[os.Args[1]]; tool != nil {
			os.Args = os.Args[1:]
			tool()
			return
		}
	}
	names := make([]string, 0, len(tools))
	for name := range tools {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintln(os.Stderr, "usage: testplane TOOL [flags]; tools:", strings.Join(names, " "))
	os.Exit(2)
}

func kubectl() {
	logs.GlogSetter(kubectlcmd.GetLogVerbosity(os.Args))
	if err := cli.RunNoErrOutput(kubectlcmd.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
}
