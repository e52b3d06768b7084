package main

import (
	"context"
	_ "embed"
	"fmt"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/spf13/pflag"
	"go.etcd.io/etcd/server/v3/embed"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/client-go/rest"
	cliflag "k8s.io/component-base/cli/flag"
	logsapi "k8s.io/component-base/logs/api/v1"
	apiserverapp "k8s.io/kubernetes/cmd/kube-apiserver/app"
	apiserveroptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	kcmapp "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	kcmoptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	schedapp "k8s.io/kubernetes/cmd/kube-scheduler/app"
	schedoptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"

	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
)

//go:embed audit.yaml
var auditPolicy []byte

const (
	etcdReadyWithin = time.Minute
	etcdQuotaBytes  = 8 << 30
	auditFileMiB    = "100000" // never rotated: a rotated file would be a witness with a gap
)

func (p *plane) startEtcd() {
	cfg := embed.NewConfig()
	cfg.Dir = p.path("etcd")
	local := url.URL{Scheme: "http", Host: host + ":0"}
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls = []url.URL{local}, []url.URL{local}
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls = []url.URL{local}, []url.URL{local}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	cfg.UnsafeNoFsync = true             // survives a killed process, not a power cut
	cfg.TickMs, cfg.ElectionMs = 10, 100 // one member: elect itself at once
	cfg.QuotaBackendBytes = etcdQuotaBytes
	cfg.LogLevel = "error"
	e, err := embed.StartEtcd(cfg)
	must(err)
	select {
	case <-e.Server.ReadyNotify():
	case <-time.After(etcdReadyWithin):
		fatal(fmt.Errorf("etcd is not ready after %s", etcdReadyWithin))
	}
	p.etcd = "http://" + e.Clients[0].Addr().String()
}

// runAPIServer uses options, Complete and Run instead of upstream's command: the commands of API server
// and scheduler both install a signal handler, and the second to do so panics.
func (p *plane) runAPIServer(ctx context.Context, ln net.Listener, extra []string) error {
	if err := os.WriteFile(p.path("audit-policy.yaml"), auditPolicy, 0o600); err != nil {
		return err
	}
	s := apiserveroptions.NewServerRunOptions()
	if err := parse("kube-apiserver", s.Flags(), append(p.apiServerFlags(), extra...)); err != nil {
		return err
	}
	s.SecureServing.Listener = ln
	s.SecureServing.BindPort = ln.Addr().(*net.TCPAddr).Port
	registry := s.GenericServerRunOptions.ComponentGlobalsRegistry
	if err := registry.Set(); err != nil {
		return err
	}
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	if err := logsapi.ValidateAndApply(s.Logs, registry.FeatureGateFor("kube")); err != nil {
		return err
	}
	completed, err := s.Complete(ctx)
	if err != nil {
		return err
	}
	if errs := completed.Validate(); len(errs) > 0 {
		return utilerrors.NewAggregate(errs)
	}
	return apiserverapp.Run(ctx, completed)
}

func (p *plane) apiServerFlags() []string {
	return []string{
		"--etcd-servers=" + p.etcd,
		"--bind-address=" + host,
		"--advertise-address=" + host,
		"--endpoint-reconciler-type=none", // a loopback address is not a valid endpoint
		"--tls-cert-file=" + p.path("apiserver.crt"),
		"--tls-private-key-file=" + p.path("apiserver.key"),
		"--client-ca-file=" + p.path("ca.crt"),
		"--token-auth-file=" + p.path("tokens.csv"),
		"--anonymous-auth=false",
		"--authorization-mode=Node,RBAC",
		"--enable-admission-plugins=NodeRestriction",
		"--allow-privileged=true",
		"--service-account-key-file=" + p.path("sa.key"),
		"--service-account-signing-key-file=" + p.path("sa.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--kubelet-client-certificate=" + p.path("kubelet-client.crt"),
		"--kubelet-client-key=" + p.path("kubelet-client.key"),
		"--proxy-client-cert-file=" + p.path("kubelet-client.crt"), // by which the metrics API knows who asks
		"--proxy-client-key-file=" + p.path("kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP,Hostname",
		"--egress-selector-config-file=" + p.path("egress.yaml"),
		"--audit-policy-file=" + p.path("audit-policy.yaml"),
		"--audit-log-path=" + p.path("audit.jsonl"),
		"--audit-log-format=json",
		"--audit-log-mode=blocking", // an entry is in the file before the next step of its request
		"--audit-log-maxsize=" + auditFileMiB,
	}
}

// controllerManager parses its flags now and runs later. Its flags must come before the API server's: in
// 1.34 they override a feature gate's default, which panics once another component has added its gates.
func (p *plane) controllerManager(ctx context.Context) func() error {
	s, err := kcmoptions.NewKubeControllerManagerOptions()
	must(err)
	known, disabled, aliases := kcmapp.KnownControllers(), kcmapp.ControllersDisabledByDefault(), kcmapp.ControllerAliases()
	must(parse("kube-controller-manager", s.Flags(known, disabled, aliases), []string{
		"--kubeconfig=" + p.path("controller-manager.kubeconfig"),
		"--secure-port=0",
		"--leader-elect=false",
		"--use-service-account-credentials=true",
		"--service-account-private-key-file=" + p.path("sa.key"),
		"--root-ca-file=" + p.path("ca.crt"),
		"--cluster-signing-cert-file=" + p.path("ca.crt"),
		"--cluster-signing-key-file=" + p.path("ca.key"),
		"--kube-api-qps=1000", "--kube-api-burst=2000", // default 20 and 30: too slow for tests
	}))
	return func() error {
		c, err := s.Config(ctx, known, disabled, aliases)
		if err != nil {
			return err
		}
		return kcmapp.Run(ctx, c.Complete())
	}
}

func (p *plane) runScheduler(ctx context.Context) error {
	config := p.path("scheduler.yaml")
	if err := os.WriteFile(config, []byte(`apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
clientConnection:
  kubeconfig: `+p.path("scheduler.kubeconfig")+`
  qps: 1000
  burst: 2000
leaderElection:
  leaderElect: false
`), 0o600); err != nil {
		return err
	}
	opts := schedoptions.NewOptions()
	if err := parse("kube-scheduler", *opts.Flags, []string{"--config=" + config, "--secure-port=0"}); err != nil {
		return err
	}
	cc, sched, err := schedapp.Setup(ctx, opts)
	if err != nil {
		return err
	}
	return schedapp.Run(ctx, cc, sched)
}

func parse(component string, sets cliflag.NamedFlagSets, args []string) error {
	fs := pflag.NewFlagSet(component, pflag.ContinueOnError)
	for _, f := range sets.FlagSets {
		fs.AddFlagSet(f)
	}
	if err := fs.Parse(args); err != nil {
		return fmt.Errorf("%s: %w", component, err)
	}
	return nil
}
