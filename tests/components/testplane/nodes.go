package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/client/clientset/versioned"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	kwoklog "sigs.k8s.io/kwok/pkg/log"
	kwokclient "sigs.k8s.io/kwok/pkg/utils/client"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
)

//go:embed stages.yaml
var stages string

// runNodes plays the kubelet of every node: kwok's controllers with our stages. They run here and not as
// kwok's own command, so that the stages can call typed functions and the process stays one.
func (p *plane) runNodes(ctx context.Context) error {
	ctx = kwoklog.NewContext(ctx, kwoklog.NewLogger(os.Stderr, kwoklog.LevelWarn)) // it logs each patch at info
	grouped := map[internalversion.StageResourceRef][]*internalversion.Stage{}
	for _, document := range strings.Split(stages, "\n---\n") {
		stage, err := config.UnmarshalWithType[*internalversion.Stage](document)
		if err != nil {
			return fmt.Errorf("stages.yaml: %w", err)
		}
		grouped[stage.Spec.ResourceRef] = append(grouped[stage.Spec.ResourceRef], stage)
	}
	clients, err := kwokclient.NewClientset("", p.path("kwok.kubeconfig"))
	if err != nil {
		return err
	}
	restConfig, err := clients.ToRESTConfig()
	if err != nil {
		return err
	}
	conf := controllers.Config{
		ID: "testplane", Clock: clock.RealClock{}, LocalStages: grouped, FuncMap: p.stageFunctions(),
		ManageAllNodes: true, CIDR: "10.244.0.0/16", NodeIP: "10.0.0.1", NodePort: 10250,
		PodPlayStageParallelism: 16, NodePlayStageParallelism: 8,
		NodeLeaseDurationSeconds: 40, NodeLeaseParallelism: 8,
		PodsOnNodeSyncParallelism: 4, EnablePodsOnNodeSyncStreamWatch: true,
	}
	if conf.TypedClient, err = kubernetes.NewForConfig(restConfig); err != nil {
		return err
	}
	if conf.TypedKwokClient, err = versioned.NewForConfig(restConfig); err != nil {
		return err
	}
	if conf.RESTClient, err = rest.RESTClientFor(restConfig); err != nil {
		return err
	}
	if conf.DynamicClient, err = clients.ToDynamicClient(); err != nil {
		return err
	}
	if conf.RESTMapper, err = clients.ToRESTMapper(); err != nil {
		return err
	}
	controller, err := controllers.NewController(conf)
	if err != nil {
		return err
	}
	if err := controller.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

// createNodes makes node-1 to node-N, spread over three zones; those that are there stay as they are.
func createNodes(ctx context.Context, client *kubernetes.Clientset, n int) error {
	for i := 1; i <= n; i++ {
		name := fmt.Sprintf("node-%d", i)
		// A kubelet's usual 110 pods are no limit here, and the namespaces of a whole test run stay until its end.
		size := corev1.ResourceList{"cpu": resource.MustParse("8"), "memory": resource.MustParse("32Gi"), "pods": resource.MustParse("2000")}
		node := &corev1.Node{
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
				corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
				corev1.LabelTopologyZone: fmt.Sprintf("zone-%c", 'a'+(i-1)%3)}},
			Status: corev1.NodeStatus{Capacity: size, Allocatable: size, Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("10.0.1.%d", i)}, {Type: corev1.NodeHostName, Address: name}}},
		}
		if _, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}

func (p *plane) stageFunctions() gotpl.FuncMap {
	return gotpl.FuncMap{
		"NodeReady":       nodeReady,
		"PodStart":        p.podStart,
		"PodPullBackOff":  podPullBackOff,
		"PodCrash":        podCrash,
		"PodRestart":      podRestart,
		"PodComplete":     podComplete,
		"PullFailedEvent": pullFailedEvent,
		"CrashEvent":      crashEvent,
	}
}
