/**
 * The API server's own forms of a few types, which show in some of its messages: fields by their Go names, in the order of the Go
 * structs, all of them present. After a name: nothing is a text, `#` a number, `?` a boolean, `*` may be nil (null), `=` a struct
 * that is always there; then the type of what it holds (or of the items), and after `:` the name on the wire where it is not the
 * Go name with a small first letter.
 */
const container =
  'Name Image Command* Args* WorkingDir Ports*ContainerPort EnvFrom*EnvFromSource Env*EnvVar Resources=ResourceRequirements ' +
  'ResizePolicy*ContainerResizePolicy RestartPolicy* RestartPolicyRules*ContainerRestartRule VolumeMounts*VolumeMount VolumeDevices*VolumeDevice ' +
  'LivenessProbe*Probe ReadinessProbe*Probe StartupProbe*Probe Lifecycle*Lifecycle TerminationMessagePath TerminationMessagePolicy ImagePullPolicy ' +
  'SecurityContext*SecurityContext Stdin? StdinOnce? TTY?';
const volumeSources =
  'HostPath*HostPathVolumeSource EmptyDir*EmptyDirVolumeSource GCEPersistentDisk* AWSElasticBlockStore* GitRepo* Secret*SecretVolumeSource ' +
  'NFS*NFSVolumeSource ISCSI* Glusterfs* PersistentVolumeClaim*PersistentVolumeClaimVolumeSource RBD* Quobyte* FlexVolume* Cinder* CephFS*:cephfs ' +
  'Flocker* DownwardAPI*DownwardAPIVolumeSource FC* AzureFile* ConfigMap*ConfigMapVolumeSource VsphereVolume* AzureDisk* PhotonPersistentDisk* ' +
  'Projected*ProjectedVolumeSource PortworxVolume* ScaleIO* StorageOS*:storageos CSI*CSIVolumeSource Ephemeral* Image*ImageVolumeSource';
const handlers = 'Exec*ExecAction HTTPGet*HTTPGetAction TCPSocket*TCPSocketAction';
const keyRef = 'Name Key Optional*';
const keyFiles = 'Items*KeyToPath DefaultMode* Optional*';
const during = (required: string, preferred: string): string =>
  `RequiredDuringSchedulingIgnoredDuringExecution*${required} PreferredDuringSchedulingIgnoredDuringExecution*${preferred}`;

export const internalTypes = {
  PodSpec:
    'Volumes*Volume InitContainers*Container Containers*Container EphemeralContainers*EphemeralContainer RestartPolicy TerminationGracePeriodSeconds* ' +
    'ActiveDeadlineSeconds* DNSPolicy NodeSelector* ServiceAccountName AutomountServiceAccountToken* NodeName SecurityContext*PodSecurityContext ' +
    'ImagePullSecrets*LocalObjectReference Hostname Subdomain SetHostnameAsFQDN* Affinity*Affinity SchedulerName Tolerations*Toleration HostAliases*HostAlias ' +
    'PriorityClassName Priority* PreemptionPolicy* DNSConfig*PodDNSConfig ReadinessGates*PodReadinessGate RuntimeClassName* Overhead* EnableServiceLinks* ' +
    'TopologySpreadConstraints*TopologySpreadConstraint OS*Named SchedulingGates*Named ResourceClaims*PodResourceClaim Resources*ResourceRequirements ' +
    'HostnameOverride* SchedulingGroup*',
  PodSecurityContext:
    'HostNetwork? HostPID? HostIPC? ShareProcessNamespace* HostUsers* SELinuxOptions*SELinuxOptions WindowsOptions*WindowsSecurityContextOptions RunAsUser* ' +
    'RunAsGroup* RunAsNonRoot* SupplementalGroups* SupplementalGroupsPolicy* FSGroup* FSGroupChangePolicy* Sysctls*Sysctl SeccompProfile*SeccompProfile ' +
    'AppArmorProfile*AppArmorProfile SELinuxChangePolicy*',
  SecurityContext:
    'Capabilities*Capabilities Privileged* SELinuxOptions*SELinuxOptions WindowsOptions*WindowsSecurityContextOptions RunAsUser* RunAsGroup* RunAsNonRoot* ' +
    'ReadOnlyRootFilesystem* AllowPrivilegeEscalation* ProcMount* SeccompProfile*SeccompProfile AppArmorProfile*AppArmorProfile',
  Capabilities: 'Add* Drop*',
  SELinuxOptions: 'User Role Type Level',
  WindowsSecurityContextOptions: 'GMSACredentialSpecName* GMSACredentialSpec* RunAsUserName* HostProcess*',
  SeccompProfile: 'Type LocalhostProfile*',
  AppArmorProfile: 'Type LocalhostProfile*',
  Sysctl: 'Name Value',
  Container: container,
  EphemeralContainer: `${container} TargetContainerName`,
  ContainerPort: 'Name HostPort# ContainerPort# Protocol HostIP',
  ContainerResizePolicy: 'ResourceName RestartPolicy',
  ContainerRestartRule: 'Action ExitCodes*',
  EnvFromSource: 'Prefix ConfigMapRef*OptionalName SecretRef*OptionalName',
  OptionalName: 'Name Optional*',
  EnvVar: 'Name Value ValueFrom*EnvVarSource',
  EnvVarSource:
    'FieldRef*ObjectFieldSelector ResourceFieldRef*ResourceFieldSelector ConfigMapKeyRef*KeySelector SecretKeyRef*KeySelector FileKeyRef*FileKeySelector',
  ObjectFieldSelector: 'APIVersion FieldPath',
  ResourceFieldSelector: 'ContainerName Resource Divisor',
  KeySelector: keyRef,
  FileKeySelector: 'VolumeName Path Key Optional*',
  ResourceRequirements: 'Limits* Requests* Claims*ResourceClaim',
  ResourceClaim: 'Name Request',
  VolumeMount: 'Name ReadOnly? RecursiveReadOnly* MountPath SubPath MountPropagation* SubPathExpr',
  VolumeDevice: 'Name DevicePath',
  Probe: `${handlers} GRPC*GRPCAction InitialDelaySeconds# TimeoutSeconds# PeriodSeconds# SuccessThreshold# FailureThreshold# TerminationGracePeriodSeconds*`,
  ExecAction: 'Command*',
  HTTPGetAction: 'Path Port# Host Scheme HTTPHeaders*NameValue',
  NameValue: 'Name Value',
  TCPSocketAction: 'Port# Host',
  GRPCAction: 'Port# Service*',
  Lifecycle: 'PostStart*LifecycleHandler PreStop*LifecycleHandler StopSignal*',
  LifecycleHandler: `${handlers} Sleep*SleepAction`,
  SleepAction: 'Seconds#',
  Volume: `Name ${volumeSources}`,
  HostPathVolumeSource: 'Path Type*',
  EmptyDirVolumeSource: 'Medium SizeLimit*',
  SecretVolumeSource: `SecretName ${keyFiles}`,
  ConfigMapVolumeSource: `Name ${keyFiles}`,
  KeyToPath: 'Key Path Mode*',
  NFSVolumeSource: 'Server Path ReadOnly?',
  PersistentVolumeClaimVolumeSource: 'ClaimName ReadOnly?',
  DownwardAPIVolumeSource: 'Items*DownwardAPIVolumeFile DefaultMode*',
  DownwardAPIVolumeFile: 'Path FieldRef*ObjectFieldSelector ResourceFieldRef*ResourceFieldSelector Mode*',
  ProjectedVolumeSource: 'Sources*VolumeProjection DefaultMode*',
  VolumeProjection:
    'Secret*DataProjection DownwardAPI*DownwardAPIProjection ConfigMap*DataProjection ServiceAccountToken*ServiceAccountTokenProjection ClusterTrustBundle* PodCertificate*',
  DataProjection: 'Name Items*KeyToPath Optional*',
  DownwardAPIProjection: 'Items*DownwardAPIVolumeFile',
  ServiceAccountTokenProjection: 'Audience ExpirationSeconds# Path',
  CSIVolumeSource: 'Driver ReadOnly* FSType* VolumeAttributes* NodePublishSecretRef*LocalObjectReference',
  ImageVolumeSource: 'Reference PullPolicy',
  LocalObjectReference: 'Name',
  Named: 'Name',
  Toleration: 'Key Operator Value Effect TolerationSeconds*',
  HostAlias: 'IP Hostnames*',
  PodDNSConfig: 'Nameservers* Searches* Options*PodDNSConfigOption',
  PodDNSConfigOption: 'Name Value*',
  PodReadinessGate: 'ConditionType',
  PodResourceClaim: 'Name ResourceClaimName* ResourceClaimTemplateName*',
  Affinity: 'NodeAffinity*NodeAffinity PodAffinity*PodAffinity PodAntiAffinity*PodAffinity',
  NodeAffinity: during('NodeSelector', 'PreferredSchedulingTerm'),
  NodeSelector: 'NodeSelectorTerms*NodeSelectorTerm',
  NodeSelectorTerm: 'MatchExpressions*NodeSelectorRequirement MatchFields*NodeSelectorRequirement',
  NodeSelectorRequirement: 'Key Operator Values*',
  PreferredSchedulingTerm: 'Weight# Preference=NodeSelectorTerm',
  PodAffinity: during('PodAffinityTerm', 'WeightedPodAffinityTerm'),
  WeightedPodAffinityTerm: 'Weight# PodAffinityTerm=PodAffinityTerm',
  PodAffinityTerm: 'LabelSelector* Namespaces* TopologyKey NamespaceSelector* MatchLabelKeys* MismatchLabelKeys*',
  TopologySpreadConstraint: 'MaxSkew# TopologyKey WhenUnsatisfiable LabelSelector* MinDomains* NodeAffinityPolicy* NodeTaintsPolicy* MatchLabelKeys*',
  ServicePort: 'Name Protocol AppProtocol* Port# TargetPort# NodePort#',
  DeploymentStrategy: 'Type RollingUpdate*RollingUpdate',
  RollingUpdate: 'MaxUnavailable# MaxSurge#',
  StatefulSetUpdateStrategy: 'Type RollingUpdate*RollingUpdateStatefulSetStrategy',
  RollingUpdateStatefulSetStrategy: 'Partition# MaxUnavailable*',
  DaemonSetUpdateStrategy: 'Type RollingUpdate*RollingUpdate',
  PersistentVolumeClaimSpec:
    'AccessModes* Selector* Resources=VolumeResourceRequirements VolumeName StorageClassName* VolumeMode* DataSource* DataSourceRef* VolumeAttributesClassName*',
  VolumeResourceRequirements: 'Limits* Requests*',
  PodDisruptionBudgetSpec: 'MinAvailable* Selector* MaxUnavailable* UnhealthyPodEvictionPolicy*',
  RoleRef: 'APIGroup Kind Name',
  SuccessPolicy: 'Rules*',
  ScopeSelector: 'MatchExpressions*ScopedResourceSelectorRequirement',
  ScopedResourceSelectorRequirement: 'ScopeName Operator Values*',
  CSINodeDriver: 'Name NodeID TopologyKeys* Allocatable*VolumeNodeResources',
  VolumeNodeResources: 'Count*',
  VolumeAttachmentSpec: 'Attacher Source=VolumeAttachmentSource NodeName',
  VolumeAttachmentSource: 'PersistentVolumeName* InlineVolumeSpec*',
  ParentReference: 'Group Resource Namespace Name',
  ServiceCIDRSpec: 'CIDRs*:cidrs',
  Typed: 'Type',
  PersistentVolumeSource:
    'GCEPersistentDisk* AWSElasticBlockStore* HostPath*HostPathVolumeSource Glusterfs* NFS*NFSVolumeSource RBD* Quobyte* ISCSI* FlexVolume* Cinder* ' +
    'CephFS*:cephfs FC* Flocker* AzureFile* VsphereVolume* AzureDisk* PhotonPersistentDisk* PortworxVolume* ScaleIO* Local*LocalVolumeSource ' +
    'StorageOS*:storageos CSI*CSIPersistentVolumeSource',
  LocalVolumeSource: 'Path FSType*',
  CSIPersistentVolumeSource:
    'Driver VolumeHandle ReadOnly? FSType VolumeAttributes* ControllerPublishSecretRef* NodeStageSecretRef* NodePublishSecretRef* ' +
    'ControllerExpandSecretRef* NodeExpandSecretRef*',
  VolumeNodeAffinity: 'Required*NodeSelector',
} as const;

export type InternalType = keyof typeof internalTypes;
